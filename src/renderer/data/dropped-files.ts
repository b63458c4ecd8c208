import { useEventListener } from '@vueuse/core'
import { ref } from 'vue'
import type { PickedFile } from '../stores/dataset-import'
import { droppedFiles } from './pick-files'

/**
 * Lets files be dropped anywhere on an element: `isOver` while they are held over it. Text or a link that is dragged
 * is none of ours.
 */
export function useDroppedFiles(onFiles: (files: Promise<PickedFile[]>) => void) {
  const isOver = ref(false)
  let depth = 0 // elements entered and not left: each part of the screen is entered and left by itself

  const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false

  // a file that misses the element must not be opened in place of the whole lab
  useEventListener(window, ['dragover', 'drop'], (event: DragEvent) => {
    if (hasFiles(event)) event.preventDefault()
  })

  const handlers = {
    dragenter(event: DragEvent): void {
      if (!hasFiles(event)) return
      event.preventDefault()
      depth++
      isOver.value = true
    },
    dragover(event: DragEvent): void {
      if (!hasFiles(event) || !event.dataTransfer) return
      event.preventDefault()
      event.dataTransfer.dropEffect = 'copy'
    },
    dragleave(event: DragEvent): void {
      if (!hasFiles(event)) return
      depth = Math.max(0, depth - 1)
      isOver.value = depth > 0
    },
    drop(event: DragEvent): void {
      if (!hasFiles(event) || !event.dataTransfer) return
      event.preventDefault()
      depth = 0
      isOver.value = false
      onFiles(droppedFiles(event.dataTransfer))
    },
  }
  return { isOver, handlers }
}
