-- Which gallery a job is for: a name says little once that gallery was deleted and another made. NULL for jobs of no gallery,
-- and for those whose gallery is gone.
ALTER TABLE jobs ADD COLUMN gallery_row INTEGER;
UPDATE jobs SET gallery_row = (
    SELECT id FROM galleries g WHERE g.name = jobs.gallery AND g.created_at <= jobs.created_at);

-- One job a gallery at a time.
DROP INDEX jobs_under_way;
CREATE UNIQUE INDEX jobs_under_way ON jobs (gallery_row) WHERE state IN ('queued', 'running');

-- Calibrations have summaries too.
UPDATE jobs SET summary = CASE WHEN json_valid(report)
    THEN json_remove(report, '$.histogram', '$.possible_duplicates') END
WHERE kind = 'calibrate';
