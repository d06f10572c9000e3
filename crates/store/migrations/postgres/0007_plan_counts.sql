-- How many operations of each kind a plan has, held and not (plan/counts.rs); empty where they are to be counted.
ALTER TABLE plan ADD COLUMN counts BYTEA;
