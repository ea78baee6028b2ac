import { cleanedDescription, withoutIdentifiers } from '@myocast/dicom';

/**
 * A line for the record, with every identifying text of the exam struck out. What it
 * quotes from a header ("cine SAX …") keeps only words that describe images: people
 * do type names there.
 */
export function cleanLine(line: string, identifiers: ReadonlySet<string>): string {
  const quoted = line.replace(
    /"([^"]*)"/g,
    (_, text: string) => `"${cleanedDescription(text, identifiers)}"`,
  );
  return withoutIdentifiers(quoted, identifiers);
}
