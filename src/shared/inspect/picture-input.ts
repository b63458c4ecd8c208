/** How a picture from a file becomes a sample of a data set: its own pixels, or as MNIST prepared its digits. */
export const PICTURE_PREPARATIONS = ['none', 'invert', 'mnist'] as const
export type PicturePreparation = (typeof PICTURE_PREPARATIONS)[number]
