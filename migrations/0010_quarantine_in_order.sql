-- Pages of a gallery's quarantine come in the order in which faces were set aside: without this each page sorts all of it.
CREATE INDEX quarantine_in_order ON quarantine (gallery);
