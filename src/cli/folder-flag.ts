import { InvalidArgumentError } from 'commander'

export function folder(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('Expected the path of a folder.')
  return text
}
