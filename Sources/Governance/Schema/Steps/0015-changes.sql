-- Whoever copies by the number of changes walks the log (Cases/CaseList.swift): an index less to be kept for every case.
DROP INDEX case_file_changed;
