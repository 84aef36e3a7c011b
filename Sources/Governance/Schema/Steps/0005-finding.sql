-- What is found again: the same matter at the same place, among cases that have a category.
CREATE INDEX case_file_spot ON case_file (county, place, territory_path, category, reported_at) WHERE place <> '' AND category <> '';
CREATE INDEX case_history_spot ON case_history (county, place, territory_path, category, reported_at) WHERE place <> '' AND category <> '';

-- What was closed lately: whom to call back.
CREATE INDEX case_file_closed ON case_file (county, state, closed_at) WHERE closed_at IS NOT NULL;
