import { flushPromises, mount } from '@vue/test-utils'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import EChart from '../../../src/renderer/charts/EChart.vue'

/** What ECharts is asked for; drawing itself is seen in the real app. */
const engine = vi.hoisted(() => {
  type Listener = (event: Record<string, unknown>) => void
  const made: ReturnType<typeof make>[] = []
  function make() {
    const listeners = new Map<string, Listener>()
    const pointer = new Map<string, Listener>()
    return {
      listeners,
      pointer,
      zoom: {} as Record<string, number>,
      options: [] as unknown[],
      actions: [] as Record<string, unknown>[],
      sizes: [] as unknown[],
      disposed: false,
    }
  }
  function init(_box: unknown, _theme: unknown, { width, height }: { width: number; height: number }) {
    const state = make()
    made.push(state)
    let size = { width, height }
    return {
      on: (name: string, listener: Listener) => state.listeners.set(name, listener),
      getZr: () => ({ on: (name: string, listener: Listener) => state.pointer.set(name, listener) }),
      setOption: (option: unknown) => state.options.push(option),
      getOption: () => ({ dataZoom: [state.zoom] }),
      dispatchAction: (action: Record<string, unknown>) => state.actions.push(action),
      getWidth: () => size.width,
      getHeight: () => size.height,
      resize: (next: typeof size) => state.sizes.push((size = next)),
      dispose: () => (state.disposed = true),
    }
  }
  return { made, init }
})
vi.mock('echarts/core', () => ({ init: engine.init, use: () => undefined }))
vi.mock('echarts/charts', () => ({ BarChart: 0, CustomChart: 0, LineChart: 0 }))
vi.mock('echarts/components', () => ({
  AriaComponent: 0,
  AxisPointerComponent: 0,
  DataZoomComponent: 0,
  GraphicComponent: 0,
  GridComponent: 0,
  LegendComponent: 0,
  ToolboxComponent: 0,
  TooltipComponent: 0,
}))
vi.mock('echarts/renderers', () => ({ CanvasRenderer: 0 }))

beforeEach(() => engine.made.splice(0))

async function chart(props: { wholeSteps?: boolean } = {}) {
  const wrapper = mount(EChart, { props: { option: { series: [] }, width: 400, height: 300, ...props } })
  await flushPromises()
  const state = engine.made[0]
  if (!state) throw new Error('no chart was made')
  return { wrapper, state }
}

describe('a chart', () => {
  it('draws a new option into the instance that there is', async () => {
    const { wrapper, state } = await chart()
    const next = { series: [{ type: 'line' }] }
    await wrapper.setProps({ option: next })
    expect(engine.made).toHaveLength(1)
    expect(state.options.at(-1)).toStrictEqual(next)
    expect(state.sizes).toEqual([])
  })

  it('takes the size it is given', async () => {
    const { wrapper, state } = await chart()
    await wrapper.setProps({ width: 500 })
    expect(state.sizes).toEqual([{ width: 500, height: 300 }])
  })

  it('ends its instance with itself', async () => {
    const { wrapper, state } = await chart()
    wrapper.unmount()
    expect(state.disposed).toBe(true)
  })

  it('tells the part that is zoomed into, and that it is the whole again', async () => {
    const { wrapper, state } = await chart()
    state.zoom = { start: 10, end: 40, startValue: 5, endValue: 20 }
    state.listeners.get('datazoom')?.({})
    expect(wrapper.emitted('update:zoom')?.at(-1)).toEqual([{ from: 5, to: 20 }])
    state.zoom = { start: 0, end: 100, startValue: 0, endValue: 50 }
    state.listeners.get('datazoom')?.({})
    expect(wrapper.emitted('update:zoom')?.at(-1)).toEqual([null])
  })

  it('widens a zoom to whole epochs', async () => {
    const { wrapper, state } = await chart({ wholeSteps: true })
    state.zoom = { start: 10, end: 40, startValue: 4.7, endValue: 20.2 }
    state.listeners.get('datazoom')?.({})
    expect(state.actions.at(-1)).toMatchObject({ type: 'dataZoom', startValue: 4, endValue: 21 })
    expect(wrapper.emitted('update:zoom')).toBeUndefined() // told when it is done
  })

  it('zooms out on a double click', async () => {
    const { state } = await chart()
    state.pointer.get('dblclick')?.({})
    expect(state.actions.at(-1)).toMatchObject({ type: 'dataZoom', start: 0, end: 100 })
  })

  it('tells where the crosshair is, and when it has gone', async () => {
    const { wrapper, state } = await chart()
    state.pointer.get('mousemove')?.({ offsetX: 120, offsetY: 80 })
    state.listeners.get('updateAxisPointer')?.({ axesInfo: [{ axisDim: 'x', axisIndex: 1, value: 7 }] })
    expect(wrapper.emitted('point')?.at(-1)).toEqual([
      { axes: [{ dim: 'x', panel: 1, value: 7 }], at: { x: 120, y: 80 } },
    ])
    state.listeners.get('updateAxisPointer')?.({ axesInfo: [] })
    expect(wrapper.emitted('point')?.at(-1)).toEqual([null])
  })
})
