/**
 * The `datasets:*` calls, answered by the room of the workspace that is open.
 */
import type { Handlers } from '../calls'
import type { DataRoom } from './data-room'

/** `room` is asked anew each time: another workspace may have been opened. */
export function datasetHandlers(room: () => DataRoom) {
  return {
    'datasets:list': () => room().list(),
    'datasets:labels': (name) => room().labels(name),
    'datasets:samples': (request) => room().samples(request),
    'datasets:statistics': (name) => room().statistics(name),
    'datasets:split': (request) => room().split(request),
    'datasets:scaling': (request) => room().scaling(request),
    'datasets:render-grid': (request) => room().renderGrid(request),
    'datasets:open-import': (source, options) => room().openImport(source, options),
    'datasets:preview-import': (token, options) => room().previewImport(token, options),
    'datasets:store-import': (token, title, name) => room().storeImport(token, title, name),
    'datasets:discard-import': (token) => room().discardImport(token),
    'datasets:preview-points': (spec) => room().previewPoints(spec),
    'datasets:store-points': (spec, title, name) => room().storePoints(spec, title, name),
    'datasets:rename': (id, change) => room().rename(id, change),
    'datasets:remove': (id) => room().remove(id),
    'datasets:restore': (id) => room().restore(id),
  } satisfies Partial<Handlers>
}
