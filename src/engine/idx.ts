export { readIdx, readIdxBytes } from './formats/idx'
