import { onScopeDispose } from 'vue'

/**
 * Runs `work` once in the next frame, however often it is asked for before that. Asks for no frame while
 * there is nothing to do; a frame that is still due when the scope ends is called off.
 */
export function useNextFrame(work: () => void): () => void {
  let frame: number | null = null
  onScopeDispose(() => {
    if (frame !== null) cancelAnimationFrame(frame)
    frame = null
  })
  return () => {
    frame ??= requestAnimationFrame(() => {
      frame = null
      work()
    })
  }
}
