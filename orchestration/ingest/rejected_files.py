"""Whether the files of a landed day are those that were landed."""

from orchestration.errors import GhalaError
from orchestration.ingest.extract.batch import BadFileError
from orchestration.ingest.extract.listing import Folders, Found, digest, folder_of, is_dated, obstacle, pattern_of
from orchestration.ingest.manifest import FileNote, LoadRecord
from orchestration.ingest.model import Contract


def are_as_landed(contract: Contract, record: LoadRecord) -> bool | None:
    """True for exactly the same files with the same content, by their digests; None where nobody can say.

    Stricter than what makes a day due (redelivery.py): a file that is away or locked just now is not as it was landed.
    """
    if contract.extraction.type != "files" or not is_dated(contract) or record.files is None:
        return None
    try:
        files = Folders(folder_of(contract)).find(pattern_of(contract, record.logical_date))
        there = {file.name: file for file in files}
        return there.keys() == {note.name for note in record.files} and all(
            _is_same(note, there[note.name]) for note in record.files
        )
    except (GhalaError, OSError):
        return None


def _is_same(note: FileNote, file: Found) -> bool:
    if file.bytes != note.bytes:
        return False
    if note.sha256 is None:  # it was left out without being read
        return obstacle(file) == note.problem
    try:
        return digest(file) == note.sha256
    except BadFileError:
        return False
