/**
 * The `reports:*` calls: what they may be given, and who answers them.
 */
import { z } from 'zod'
import { REPORT_FORMATS, additionSchema, newReportSchema } from '#shared/report/calls'
import { isReportId, type ReportId } from '#shared/report/report'
import type { Handlers } from '../calls'
import type { ReportRoom } from './report-room'

const id = z.custom<ReportId>(isReportId, 'the id of a report')

/** What a report must be is checked where it is saved, which says it better. */
export const REPORT_CALL_ARGUMENTS = {
  'reports:list': z.tuple([]),
  'reports:get': z.tuple([id]),
  'reports:save': z.tuple([z.unknown()]),
  'reports:create': z.tuple([newReportSchema]),
  'reports:add': z.tuple([id, additionSchema]),
  'reports:remove': z.tuple([id]),
  'reports:restore': z.tuple([id]),
  'reports:render': z.tuple([z.unknown()]),
  'reports:check': z.tuple([id]),
  'reports:export': z.tuple([id, z.enum(REPORT_FORMATS)]),
} as const

/** `room` is asked anew each time: another workspace may have been opened. */
export function reportHandlers(room: () => ReportRoom) {
  return {
    'reports:list': () => room().list(),
    'reports:get': (reportId) => room().get(reportId),
    'reports:save': (report) => room().save(report),
    'reports:create': (request) => room().create(request),
    'reports:add': (reportId, addition) => room().add(reportId, addition),
    'reports:remove': (reportId) => room().remove(reportId),
    'reports:restore': (reportId) => room().restore(reportId),
    'reports:render': (report) => room().render(report),
    'reports:check': (reportId) => room().check(reportId),
    'reports:export': (reportId, format) => room().export(reportId, format),
  } satisfies Pick<Handlers, keyof typeof REPORT_CALL_ARGUMENTS>
}
