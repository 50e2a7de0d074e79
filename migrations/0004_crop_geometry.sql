-- Where a crop was cut for another model than its gallery has now: that model's preprocessing, which says the crop's
-- size and template. NULL: cut for the gallery's own model.
ALTER TABLE crops ADD COLUMN geometry TEXT;
