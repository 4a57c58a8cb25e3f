"""The site of the documentation: mkdocs with pages made from the project, its manifest and the published version."""
