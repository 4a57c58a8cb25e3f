"""python -m orchestration.dictionary: write docs/dictionary/ anew."""

from orchestration.config import settings
from orchestration.dictionary.files import refresh

if __name__ == "__main__":
    refresh(settings())
