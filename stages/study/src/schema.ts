import { boolean, date, doublePrecision, integer, pgTable, text, timestamp } from 'drizzle-orm/pg-core';

// The tables of migrations/, for typed queries. The constraints are in the SQL alone.

const id = () => integer().primaryKey().generatedAlwaysAsIdentity();
const enteredBy = {
  importId: integer('import_id').notNull(),
  sourceRow: integer('source_row').notNull(),
};

/** One row: which study this is, and its protocol as it was given. */
export const study = pgTable('study', {
  id: integer().primaryKey(),
  name: text().notNull(),
  protocol: text().notNull(),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull(),
});

/** Every file that was taken in: who, when, and the hash of its bytes. */
export const importLog = pgTable('import_log', {
  id: id(),
  file: text().notNull(),
  hash: text().notNull(),
  rows: integer().notNull(),
  enteredAt: timestamp('entered_at', { withTimezone: true }).notNull(),
  enteredBy: text('entered_by').notNull(),
});

export const subject = pgTable('subject', {
  id: text().primaryKey(),
  centre: text().notNull(),
  indexDate: date('index_date', { mode: 'string' }),
  isVirtual: boolean('is_virtual').notNull().default(false),
  ...enteredBy,
});

/** A value of a variable; the latest of a subject counts. */
export const observation = pgTable('observation', {
  id: id(),
  subject: text().notNull(),
  variable: text().notNull(),
  valueNumber: doublePrecision('value_number'),
  valueText: text('value_text'),
  valueGiven: text('value_given').notNull(),
  unitGiven: text('unit_given'),
  ...enteredBy,
});

export const event = pgTable('event', {
  id: id(),
  subject: text().notNull(),
  cause: text().notNull(),
  days: doublePrecision().notNull(),
  ...enteredBy,
});

/** Until when a subject is known to be free of events that are not in `event`. */
export const endOfFollowUp = pgTable('end_of_follow_up', {
  id: id(),
  subject: text().notNull(),
  days: doublePrecision().notNull(),
  isVirtual: boolean('is_virtual').notNull().default(false),
  ...enteredBy,
});

export const exam = pgTable('exam', {
  id: id(),
  subject: text().notNull(),
  folderHash: text('folder_hash').notNull(),
  verdict: text({ enum: ['include', 'review', 'exclude'] }),
  importId: integer('import_id').notNull(),
});
