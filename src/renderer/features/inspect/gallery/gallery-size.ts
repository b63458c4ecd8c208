import { ref } from 'vue'

/** The longer side of the gallery's pictures, in CSS pixels, as long as the lab is open. */
export const gallerySize = ref(72)

/** Below this there is no room for a caption. */
export const CAPTIONS_FROM = 40
