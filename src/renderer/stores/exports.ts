import { readonly, shallowRef } from 'vue'
import type { SampleGridRequest } from '#shared/datasets'
import type { FigureFormat, FigureSpec, RenderedFile, SvgDrawing } from '#shared/figure'
import type { ModelSource } from '#shared/inspect/inspected'
import type { ModelFormat } from '#shared/inspect/model-export'
import { lab } from '../lab'
import { useToasts } from '../ui/toasts'

/**
 * Saves figures and tables, and says where they went. The lab draws the figure anew from what is on disk, with
 * the same code as the screen: the file holds the points of the chart, in print colours and at its print size.
 */
export function useExport() {
  const toasts = useToasts()
  const busy = shallowRef(false)

  /** `dpi` for PNG, also of the one in a zip. */
  async function exportFigure(spec: FigureSpec, format: FigureFormat, dpi?: number): Promise<void> {
    const request = dpi === undefined ? { spec, format } : { spec, format, dpi }
    await save(() => lab.call('figures:render', request), 'The figure was not exported')
  }

  /** As a picture of its size in print, for a word processor or a message. */
  async function copyFigure(spec: FigureSpec, dpi = 300): Promise<void> {
    if (busy.value) return
    busy.value = true
    try {
      await lab.copyPicture(lab.call('figures:render', { spec, format: 'png', dpi }).then(({ bytes }) => bytes))
      toasts.show('Copied as a picture')
    } catch (error) {
      toasts.fail('The figure was not copied', error)
    } finally {
      busy.value = false
    }
  }

  /** The SVG that an export would be. Rejects with a LabError. */
  async function drawFigure(spec: FigureSpec): Promise<string> {
    const { bytes } = await lab.call('figures:render', { spec, format: 'svg' })
    return new TextDecoder().decode(bytes)
  }

  /** Rejects with a LabError when it cannot be drawn. */
  function renderSampleGrid(request: SampleGridRequest): Promise<RenderedFile> {
    return lab.call('datasets:render-grid', request)
  }

  async function exportSampleGrid(request: SampleGridRequest): Promise<void> {
    await save(() => renderSampleGrid(request), 'The figure was not exported')
  }

  async function exportFile(file: RenderedFile): Promise<void> {
    await save(() => Promise.resolve(file), `${file.name} was not saved`)
  }

  /** A drawing of the page's own, as PNG or PDF. */
  async function exportPicture(drawing: SvgDrawing): Promise<void> {
    await save(() => lab.call('figures:picture', drawing), `${drawing.name} was not saved`)
  }

  /** Whether there is a file now: it may be refused, or nobody may want it after all. */
  function exportModel(source: ModelSource, format: ModelFormat): Promise<boolean> {
    return save(() => lab.call('models:export', source, format), 'The model was not exported')
  }

  async function save(make: () => Promise<RenderedFile>, failed: string): Promise<boolean> {
    if (busy.value) return false
    busy.value = true
    try {
      const file = await make()
      const place = await lab.saveFile(file)
      if (place !== null) toasts.show(lab.door === 'electron' ? `Saved as ${place}` : `Downloaded ${place}`)
      return place !== null
    } catch (error) {
      toasts.fail(failed, error)
      return false
    } finally {
      busy.value = false
    }
  }

  return {
    busy: readonly(busy),
    exportFigure,
    copyFigure,
    drawFigure,
    renderSampleGrid,
    exportSampleGrid,
    exportFile,
    exportPicture,
    exportModel,
  }
}
