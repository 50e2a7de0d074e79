-- What lists show of a report: all but its long parts. NULL: the whole report is short.
ALTER TABLE jobs ADD COLUMN summary TEXT;
-- A report that something garbled stays as it is: it must not keep the database from opening.
UPDATE jobs SET summary = CASE WHEN json_valid(report)
    THEN json_remove(report, '$.per_identity', '$.possible_duplicates') END;

-- A gallery that was deleted while its rows still go, some at a time: nobody sees it any more, and its name is free.
ALTER TABLE galleries ADD COLUMN deleted_at INTEGER;
