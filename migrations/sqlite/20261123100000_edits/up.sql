-- Why a version was made, and by whom: an administrator's edit says both, a file neither.
ALTER TABLE configurations ADD COLUMN reason TEXT;
ALTER TABLE configurations ADD COLUMN by_id INTEGER;
