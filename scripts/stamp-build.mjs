// The last step of `npm run build`: notes which sources out/ was built from.
import { hashSources, writeStamp } from './build-stamp.mjs'

writeStamp(hashSources())
