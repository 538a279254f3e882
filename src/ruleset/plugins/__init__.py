"""Plug-ins: hook specifications (`hooks`) and the registry of what is installed (`registry`)."""
