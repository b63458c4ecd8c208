export { readIdx, readIdxBytes, readIdxShape } from './formats/idx'
