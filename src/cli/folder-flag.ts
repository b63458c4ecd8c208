import { InvalidArgumentError } from 'commander'

/** The path of a folder; an empty one, as of a variable that is not set, would be the folder where one stands. */
export function folder(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('Expected the path of a folder.')
  return text
}
