import { flushPromises } from '@vue/test-utils'
import { effectScope, shallowRef } from 'vue'
import { expect, test } from 'vitest'
import { useLatestAnswer } from '../../../src/renderer/stores/latest-answer'

/** Questions wait until the test answers them, oldest first. */
function asking(first: number | null) {
  const question = shallowRef<number | null>(first)
  const asked: number[] = []
  const open: { settle: (answer: string) => void; refuse: (error: Error) => void }[] = []
  const scope = effectScope()
  const latest = scope.run(() =>
    useLatestAnswer(
      () => question.value,
      (number) => {
        asked.push(number)
        return new Promise<string>((settle, refuse) => open.push({ settle, refuse }))
      },
    ),
  )
  if (!latest) throw new Error('The scope has ended')
  return { question, asked, open, scope, ...latest }
}
async function put(question: { value: number | null }, next: number | null): Promise<void> {
  question.value = next
  await flushPromises()
}

test('asks one question at a time, and of those that come meanwhile only the newest', async () => {
  const { question, asked, open, answer } = asking(1)
  await put(question, 2)
  await put(question, 3)
  expect(asked).toEqual([1])
  open[0]?.settle('one')
  await flushPromises()
  expect(answer.value).toEqual({ to: 1, value: 'one' })
  expect(asked).toEqual([1, 3])
  open[1]?.settle('three')
  await flushPromises()
  expect(answer.value).toEqual({ to: 3, value: 'three' })
})

test('keeps the last answer beside a failure, and asks again on demand', async () => {
  const { question, asked, open, answer, failure, again } = asking(1)
  open[0]?.settle('one')
  await flushPromises()
  await put(question, 2)
  open[1]?.refuse(new Error('no'))
  await flushPromises()
  expect(failure.value).toEqual(new Error('no'))
  expect(answer.value?.to).toBe(1)
  again()
  open[2]?.settle('two')
  await flushPromises()
  expect(failure.value).toBeUndefined()
  expect(answer.value).toEqual({ to: 2, value: 'two' })
  expect(asked).toEqual([1, 2, 2])
})

test('a failure of a question that nobody asks any more is not shown', async () => {
  const { question, open, failure } = asking(1)
  await put(question, null)
  open[0]?.refuse(new Error('no'))
  await flushPromises()
  expect(failure.value).toBeUndefined()
})

test('takes no answer after its scope has ended', async () => {
  const { open, answer, scope } = asking(1)
  scope.stop()
  open[0]?.settle('one')
  await flushPromises()
  expect(answer.value).toBeNull()
})
