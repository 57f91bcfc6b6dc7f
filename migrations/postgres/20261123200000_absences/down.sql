DROP INDEX tickets_stand_ins;
ALTER TABLE tickets DROP COLUMN stands_in_for_id;
DROP TABLE absences;
