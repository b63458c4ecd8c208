import { ref } from 'vue'

/** The longer side of the pictures in a grid, in CSS pixels; the same for all sets, as long as the lab is open. */
export const pictureSize = ref(56)
