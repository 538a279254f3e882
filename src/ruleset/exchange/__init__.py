"""Files that other programs make or read: spreadsheets of records, calendars and tables of tasks."""
