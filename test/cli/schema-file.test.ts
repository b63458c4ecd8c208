import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { experimentSchema } from '#shared/experiment'

test('the JSON Schema that ships says what the schema in the code says', () => {
  const shipped = JSON.parse(readFileSync('resources/experiment.schema.json', 'utf8')) as unknown
  const current = { title: 'Perceptron Lab experiment', ...z.toJSONSchema(experimentSchema, { io: 'input' }) }
  expect(shipped, 'run `npm run schema` after a change of the format').toEqual(JSON.parse(JSON.stringify(current)))
})
