-- Whether a row said that its patient is virtual. Rows from before this was asked say nothing.
ALTER TABLE subject ADD COLUMN is_virtual boolean NOT NULL DEFAULT false;
--> statement-breakpoint
ALTER TABLE end_of_follow_up ADD COLUMN is_virtual boolean NOT NULL DEFAULT false;
