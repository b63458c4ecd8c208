import { mount } from '@vue/test-utils'
import { describe, expect, test } from 'vitest'
import FormField from '../../../src/renderer/ui/FormField.vue'
import NumberField from '../../../src/renderer/ui/NumberField.vue'
import { readNumber, stepped } from '../../../src/renderer/ui/number-text'
import { h } from 'vue'

describe('a typed number', () => {
  test.each([
    ['64', 64],
    [' 0.01 ', 0.01],
    ['1e-3', 0.001],
    ['.5', 0.5],
    ['5.', 5],
    ['-1', -1],
  ])('"%s" is %f', (text, value) => {
    expect(readNumber(text)).toBe(value)
  })

  test.each(['', 'abc', '0,01', '0x10', '1e999', 'Infinity', 'NaN', '1 000', '--1'])(
    '"%s" stays what it is',
    (text) => {
      expect(readNumber(text)).toBe(text)
    },
  )

  test('is stepped without the dust of binary fractions', () => {
    expect(stepped(0.1, 0.2)).toBe(0.3)
  })
})

describe('a number field', () => {
  const mounted = (modelValue: unknown, step?: number) => {
    const field = mount(NumberField, {
      props: {
        modelValue,
        ...(step !== undefined && { step }),
        'onUpdate:modelValue': (value: unknown) => field.setProps({ modelValue: value }),
      },
    })
    return { field, input: field.get('input') }
  }

  test('gives the number, or the text where it is none', async () => {
    const { field, input } = mounted(10)
    await input.setValue('abc')
    await input.setValue('12')
    expect(field.emitted('update:modelValue')).toEqual([['abc'], [12]])
  })

  test('leaves what is typed as it is typed', async () => {
    const { input } = mounted(10)
    await input.setValue('1.0')
    expect(input.element.value).toBe('1.0')
    await input.setValue('99999999')
    expect(input.element.value).toBe('99999999')
  })

  test('follows a value that comes from elsewhere', async () => {
    const { field, input } = mounted(10)
    await input.setValue('12')
    await field.setProps({ modelValue: 10 })
    expect(input.element.value).toBe('10')
  })

  test('steps with the arrow keys, if it has a step', async () => {
    const { field, input } = mounted(10, 5)
    await input.trigger('keydown', { key: 'ArrowUp' })
    await input.trigger('keydown', { key: 'ArrowDown' })
    expect(field.emitted('update:modelValue')).toEqual([[15], [10]])
    const still = mounted(10)
    await still.input.trigger('keydown', { key: 'ArrowUp' })
    expect(still.field.emitted('update:modelValue')).toBeUndefined()
  })
})

test('a form field ties its label, hint and problem to the control', async () => {
  const field = mount(FormField, {
    props: { label: 'Epochs', hint: 'Passes over the data' },
    slots: { default: () => h(NumberField, { modelValue: 0 }) },
  })
  const input = field.get('input')
  expect(field.get('label').attributes('for')).toBe(input.attributes('id'))
  expect(field.get(`#${input.attributes('aria-describedby')}`).text()).toBe('Passes over the data')
  expect(input.attributes('aria-invalid')).toBeUndefined()
  await field.setProps({ problem: '1 … 100, got 0' })
  expect(input.attributes('aria-invalid')).toBe('true')
  expect(field.get(`#${input.attributes('aria-describedby')}`).text()).toBe('1 … 100, got 0')
})
