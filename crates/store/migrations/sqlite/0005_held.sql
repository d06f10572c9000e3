-- What held operations show is looked for by whom they are about, whichever plan says it.
CREATE INDEX plan_op_held ON plan_op (source) WHERE held IS NOT NULL;
