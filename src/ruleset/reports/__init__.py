"""Reports of an outcome: sections as data, and their renderings as Markdown, HTML, SVG, PDF, JSON and plain text."""
