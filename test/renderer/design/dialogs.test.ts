import { flushPromises, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { LabError } from '#shared/errors'
import type { DryRun } from '#shared/dry-run'
import type { BiasConvention } from '#shared/paper/count'
import DryRunDialog from '../../../src/renderer/features/design/DryRunDialog.vue'
import MatchDialog from '../../../src/renderer/features/design/MatchDialog.vue'
import { useDraftStore } from '../../../src/renderer/stores/draft'
import { fakeLab, type FakeLab } from '../fake-lab'
import { TWO_NETWORKS } from '../samples'

let lab: FakeLab
let close = () => {}
beforeEach(() => {
  setActivePinia(createPinia())
  lab = fakeLab({ 'draft:set': () => undefined, 'design:dry-run': (_, configuration) => dryRunOf(configuration) })
})
afterEach(() => close())

/** Dialogs stand at the end of the page, not where their component is. */
const dialog = () => document.querySelector('[role=dialog]')
const text = () => dialog()?.textContent.replace(/\s+/g, ' ') ?? ''
function button(name: string): HTMLButtonElement {
  const found = [...(dialog()?.querySelectorAll('button') ?? [])].find((each) => each.textContent.trim() === name)
  if (!found) throw new Error(`No button is called "${name}" in: ${text()}`)
  return found
}
async function type(input: Element | null | undefined, value: string): Promise<void> {
  if (!(input instanceof HTMLInputElement || input instanceof HTMLSelectElement)) throw new Error('no such field')
  input.value = value
  input.dispatchEvent(new Event(input instanceof HTMLSelectElement ? 'change' : 'input', { bubbles: true }))
  await flushPromises()
}

function dryRunOf(configuration: number): DryRun {
  return {
    label: 'x',
    sizes: [784, 150, 10],
    batch: 64,
    loss: configuration === 0 ? 2.31 : 9.5,
    guessingLoss: Math.log(10),
    correct: 6,
    layers: [
      {
        ...{ name: 'Hidden 1', inputs: 784, outputs: 150, parameters: 117_750, low: 0, high: 1 },
        ...{ gradientNorm: 0.5, weightNorm: 10, updateNorm: 0.01, saturated: 0.8, dead: null },
      },
      {
        ...{ name: 'Output', inputs: 150, outputs: 10, parameters: 1510, low: -1, high: 1 },
        ...{ gradientNorm: 1.5, weightNorm: 10, updateNorm: 0.02, saturated: null, dead: null },
      },
    ],
    memoryBytes: 3_000_000,
    seconds: 0.2,
  }
}

describe('the dry run', () => {
  async function open() {
    useDraftStore().open(TWO_NETWORKS, null)
    const wrapper = mount(DryRunDialog, { props: { open: false }, attachTo: document.body })
    close = () => wrapper.unmount()
    await wrapper.setProps({ open: true })
    await flushPromises()
    return wrapper
  }

  it('shows the first loss beside that of guessing, the layers, and what is wrong in words', async () => {
    await open()
    expect(text()).toContain('First loss2.3100')
    expect(text()).toContain('ln 10 = 2.3026')
    expect(text()).toContain('6 of 64')
    expect(text()).toContain('64 × 784 → 64 × 150')
    expect(text()).toContain('80 % of the units of Hidden 1 begin saturated')
    expect(text()).toContain('Loss: mean per sample, in nats')
  })

  it('asks anew for another configuration, and says that its loss is too high', async () => {
    await open()
    await type(dialog()?.querySelector('select'), '1')
    expect(lab.asked('design:dry-run').map(([, configuration]) => configuration)).toEqual([0, 1])
    expect(text()).toContain('The loss begins at 9.5000, guessing has ln 10 = 2.3026')
  })

  it('says why it failed, and tries again', async () => {
    lab.handlers['design:dry-run'] = () => {
      throw new LabError('engine/busy', 'Runs are training')
    }
    await open()
    expect(text()).toContain('Runs are training')
    lab.handlers['design:dry-run'] = (_, configuration) => dryRunOf(configuration)
    button('Try again').click()
    await flushPromises()
    expect(text()).toContain('First loss2.3100')
  })
})

describe('matching the parameters', () => {
  async function open(bias: BiasConvention) {
    const ends = { inputs: 784, outputs: 10, dataset: 'mnist', outputsReason: 'ten classes' }
    const wrapper = mount(MatchDialog, {
      props: { open: false, ends, current: '784-64-10', bias },
      attachTo: document.body,
    })
    close = () => wrapper.unmount()
    await wrapper.setProps({ open: true })
    await flushPromises()
    return wrapper
  }

  // the oracle: roots 59.54 and 59.48, 60 with the bias on the input only, 59 with one for every unit
  it('shows both bias conventions, with the equation and its root', async () => {
    await open('each-layer')
    expect(text()).toContain('x² + 795x − 50,880 = 0, x = 59.54')
    expect(text()).toContain('x² + 796x − 50,880 = 0, x = 59.48')
    expect(text()).toContain('784-60-60-1051,300+420, the nearest')
    expect(text()).toContain('784-59-59-10')
  })

  it('uses the width of the design’s own convention', async () => {
    const wrapper = await open('each-layer')
    expect(button('Use 784-59-59-10').disabled).toBe(false)
    dialog()
      ?.querySelector('form')
      ?.dispatchEvent(new Event('submit', { cancelable: true }))
    await flushPromises()
    expect(wrapper.emitted('apply')).toEqual([[[59, 59]]])
    expect(wrapper.emitted('update:open')).toEqual([[false]])
  })

  it('says what is wrong with a size string, and offers nothing then', async () => {
    await open('each-layer')
    await type(dialog()?.querySelector('input'), '784-x-10')
    expect(dialog()?.querySelector('[aria-invalid=true]')).not.toBeNull()
    expect(button('Use it').disabled).toBe(true)
  })
})
