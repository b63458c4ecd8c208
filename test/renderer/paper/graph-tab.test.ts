import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it } from 'vitest'
import { nextTick } from 'vue'
import GraphTab from '../../../src/renderer/features/paper/graph/GraphTab.vue'
import { usePaperGraphStore } from '../../../src/renderer/stores/paper-graph'
import { fakeLab } from '../fake-lab'

beforeEach(() => setActivePinia(createPinia()))

function show(): VueWrapper {
  return mount(GraphTab, { attachTo: document.body })
}

function button(tab: VueWrapper, name: string) {
  const found = tab.findAll('button, [role="button"]').find((each) => {
    return (each.attributes('aria-label') ?? each.text()).startsWith(name)
  })
  if (!found) throw new Error(`no button ${name}`)
  return found
}

function drawnNumbers(tab: VueWrapper): string[] {
  return tab.findAll('svg .value, svg .gradient').map((each) => each.text())
}

function row(tab: VueWrapper, node: string): string[] {
  const found = tab.findAll('tbody tr').find((each) => each.find('th').text() === node)
  return found?.findAll('td').map((cell) => cell.text()) ?? []
}

function field(tab: VueWrapper, label: string) {
  const found = tab.findAll('label').find((each) => each.text() === label)
  return tab.get(`[id="${found?.attributes('for') ?? ''}"]`)
}

async function press(tab: VueWrapper, key: string, times = 1): Promise<void> {
  for (let i = 0; i < times; i++) await tab.get('section[aria-label^="Graph"]').trigger('keydown', { key })
}

describe('step by step', () => {
  it('shows what is given, then a value with each step forward and a gradient with each step back', async () => {
    const tab = show()
    expect(drawnNumbers(tab)).toEqual(['0.7', '−1.5', '0.34', '−0.35'])
    await button(tab, 'Forward').trigger('click')
    expect(drawnNumbers(tab)).toContain('−1.05')
    expect(tab.text()).toContain('p = x1 · w1 = 0.7 · (−1.5) = −1.05')
    for (let i = 0; i < 3; i++) await button(tab, 'Forward').trigger('click')
    expect(button(tab, 'Forward').attributes('disabled')).toBeDefined()
    await button(tab, 'Backward').trigger('click')
    await button(tab, 'Backward').trigger('click')
    expect(tab.text()).toContain('∂y/∂z = y · (1 − y) = 0.329599 · (1 − 0.329599) = 0.220963')
    expect(tab.text()).toContain('Step 6 of 12')
  })

  it('steps with the keys, and hands the focus on where a button has nothing more to do', async () => {
    const tab = show()
    ;(button(tab, 'Forward').element as HTMLElement).focus()
    await press(tab, 'ArrowRight', 4)
    expect(document.activeElement).toBe(button(tab, 'Backward').element)
    await press(tab, 'End')
    expect(tab.text()).toContain('Step 12 of 12')
    await press(tab, 'ArrowLeft')
    expect(tab.text()).toContain('Step 11 of 12')
    await press(tab, 'Home')
    expect(tab.text()).toContain('Step 0 of 12')
  })

  it('has values, gradients and differences in the table, each when its step was made', async () => {
    const tab = show()
    expect(row(tab, 'x1')).toEqual(['given', '0.7', '', ''])
    await button(tab, 'Show all').trigger('click')
    expect(row(tab, 'x1')).toEqual(['given', '0.7', '−0.33144517', '−0.33144517'])
    expect(row(tab, 'y')).toEqual(['sigmoid(z)', '0.32959884', '1', '1'])
  })

  it('explains the edge that is chosen, and says where max routes', async () => {
    const tab = show()
    await button(tab, 'Show all').trigger('click')
    await button(tab, 'Edge from x1 to p').trigger('click')
    expect(tab.text()).toContain('∂y/∂x1 = ∂y/∂p · ∂p/∂x1 = 0.220963 · (−1.5) = −0.331445')
    await button(tab, 'Edge from w2 to q').trigger('keydown', { key: 'Enter' })
    expect(tab.text()).toContain('Max routes the whole gradient to its largest argument, x2, and 0 to the others.')
    await button(tab, 'Node × p').trigger('click')
    expect(tab.text()).toContain('p = x1 · w1 = 0.7 · (−1.5) = −1.05')
  })

  it('says which convention applies at ties and kinks', async () => {
    const tab = show()
    await field(tab, 'Begin with').setValue('ties')
    await button(tab, 'Show all').trigger('click')
    expect(tab.text()).toContain('max: 2 arguments tie. By convention they share the gradient equally')
    expect(tab.text()).toContain('relu has a kink at 0. By convention its derivative is 0 there, as in PyTorch.')
    expect(row(tab, 'c')).toEqual(['given', '0', '0', '0.5'])
  })

  it('follows the inputs', async () => {
    const tab = show()
    await button(tab, 'Show all').trigger('click')
    await field(tab, 'x2').setValue('-1')
    expect(row(tab, 'w2').slice(0, 2)).toEqual(['given', '−0.35'])
    expect(row(tab, 'x2')[2]).toBe('0')
    expect((field(tab, 'Begin with').element as HTMLSelectElement).value).toBe('')
  })
})

describe('the expression', () => {
  it('points at the character that is wrong', async () => {
    const tab = show()
    await field(tab, 'Expression').setValue('x1*w1 + sigmod(x2)')
    expect(tab.text()).toContain('Character 9: expected a function (max, min, sigmoid')
    expect(tab.get('pre').text()).toBe('x1*w1 + sigmod(x2)\n        ^')
    expect(field(tab, 'Expression').attributes('aria-invalid')).toBe('true')
    expect(tab.text()).toContain('No graph yet')
  })

  it('asks for the numbers of new inputs', async () => {
    const tab = show()
    await field(tab, 'Expression').setValue('a = 2; a*b')
    expect(tab.text()).toContain('b: expected a value for this input, got nothing.')
    expect((field(tab, 'a').element as HTMLInputElement).value).toBe('2')
    await field(tab, 'b').setValue('3')
    await button(tab, 'Show all').trigger('click')
    expect(row(tab, 'y')).toEqual(['a*b', '6', '1', '1'])
  })

  it('tells where there is no value', async () => {
    const tab = show()
    await field(tab, 'Expression').setValue('x = -1; log(x)')
    expect(tab.text()).toContain('log(x): expected a finite value, and there is none at x = −1.')
  })
})

describe('check my answers', () => {
  async function checking(): Promise<VueWrapper> {
    const tab = show()
    await button(tab, 'Show all').trigger('click')
    await tab.get('input[value="check"]').setValue(true)
    return tab
  }

  it('hides the solution', async () => {
    const tab = await checking()
    expect(drawnNumbers(tab)).toEqual(['0.7', '−1.5', '0.34', '−0.35'])
    expect(tab.text()).not.toContain('0.3296')
  })

  it('marks the mistakes of the report, with the reasons', async () => {
    const tab = await checking()
    await button(tab, 'Fill in what was reported').trigger('click')
    expect(tab.text()).toContain('The digits are right, but the decimal point has slipped.')
    expect(tab.text()).toContain('The size is right, the sign is wrong')
    expect(tab.text()).toContain('This is the forward value of x2.')
    expect(tab.get('form [role="status"]').text()).toBe('6 of 9 right')
    expect(tab.findAll('form [aria-invalid="true"]')).toHaveLength(3)
  })

  it('takes all correct answers of S2-2', async () => {
    const tab = await checking()
    await field(tab, 'Begin with').setValue('product-of-sums')
    await button(tab, 'Fill in what was reported').trigger('click')
    expect(tab.get('form [role="status"]').text()).toBe('All 17 answers right')
  })

  it('takes a mark away when its answer is changed, and gives a new one on Enter', async () => {
    const tab = await checking()
    const answer = field(tab, '∂y/∂x1')
    await answer.setValue('0.3314')
    expect(tab.text()).not.toContain('sign is wrong')
    await tab.get('form').trigger('submit')
    expect(tab.text()).toContain('sign is wrong')
    await answer.setValue('-0.3314')
    expect(tab.text()).not.toContain('sign is wrong')
    await tab.get('form').trigger('submit')
    expect(tab.get('form [role="status"]').text()).toBe('All 1 answer right')
  })
})

describe('pictures', () => {
  it.each(['png', 'pdf'])('are drawn by the lab as %s, and saved', async (format) => {
    const file = { name: `graph.${format}`, mediaType: 'of the lab', bytes: new Uint8Array([1]) }
    const lab = fakeLab({ 'figures:picture': () => file, 'shell:save': () => `/home/graph.${format}` })
    const tab = show()
    await button(tab, 'Picture').trigger('click')
    await nextTick()
    const item = [...document.querySelectorAll<HTMLElement>('[role="menuitem"]')].find((each) =>
      each.textContent.includes(format.toUpperCase()),
    )
    item?.click()
    await flushPromises()
    expect(lab.asked('figures:picture')[0]?.[0]).toMatchObject({
      name: `graph.${format}`,
      format,
      svg: expect.stringMatching(/^<svg /) as string,
    })
    expect(lab.asked('shell:save')).toEqual([[file]])
  })
})

describe('the store', () => {
  it('keeps answers and steps while another tab is shown', async () => {
    const tab = show()
    await button(tab, 'Forward').trigger('click')
    tab.unmount()
    expect(usePaperGraphStore().shown).toBe(1)
    expect(show().text()).toContain('Step 1 of 12')
  })
})
