/** The report as tables, for people: plain Markdown, which reads well in a terminal too. */
import type { OurRow, PeerRow, Report, WorkloadReport } from './report'
import { describeWorkload } from './workloads'

export function renderReport(report: Report): string {
  const { machine, date } = report
  return [
    `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGb} GB, ${machine.os}; ${date.slice(0, 10)}.`,
    'Seconds of training for an epoch (g: a step), median:',
    secondsTable(report),
    ...(report.workloads.some(({ peers }) => peers.length > 0)
      ? ['PyTorch at its better number of threads, over ours (above 1: ours is faster):', ratiosTable(report)]
      : []),
    'Our runs in detail:',
    detailTable(report),
    ...(report.evaluation.ours.length > 0
      ? ['Evaluation of the 10,000 test images with the trained network of d:', evaluationTable(report)]
      : []),
    'Peak of the dense kernel, all threads together:',
    peakTable(report),
  ].join('\n\n')
}

function secondsTable({ workloads }: Report): string {
  const names = (pick: (each: WorkloadReport) => string[]) => [...new Set(workloads.flatMap(pick))]
  const settings = names(({ ours }) => ours.map(({ setting }) => setting))
  const peers = names(({ peers: rows }) => rows.map(({ peer }) => peer))
  const rows = [
    ...settings.map((name) => [
      name,
      ...workloads.map(({ ours }) => ourSeconds(ours.find(({ setting }) => setting === name))),
    ]),
    ...peers.map((name) => [
      name,
      ...workloads.map(({ peers: all }) => peerSeconds(all.find(({ peer }) => peer === name))),
    ]),
  ]
  const legend = workloads.map(({ workload }) => `${workload.id}: ${describeWorkload(workload)}`).join('; ')
  return `${table(['', ...workloads.map(({ workload }) => workload.id)], rows)}\n\n${legend}.`
}

function ourSeconds(row: OurRow | undefined): string {
  if (!row) return ''
  return row.refused === null ? digits(row.seconds.median) : 'refused'
}

function peerSeconds(row: PeerRow | undefined): string {
  if (!row) return ''
  return `${digits(row.seconds.median)}${row.part < 1 ? ' (part)' : ''}`
}

function ratiosTable({ workloads }: Report): string {
  const settings = [...new Set(workloads.flatMap(({ ours }) => ours.map(({ setting }) => setting)))]
  const rows = settings.map((name) => [
    name,
    ...workloads.map(({ ours, peers }) => {
      const row = ours.find(({ setting }) => setting === name)
      const best = bestOf(peers, 'PyTorch')
      return row && row.refused === null && best !== null ? (best / row.seconds.median).toFixed(2) : ''
    }),
  ])
  return table(['', ...workloads.map(({ workload }) => workload.id)], rows)
}

function bestOf(peers: readonly PeerRow[], name: string): number | null {
  const seconds = peers.filter(({ peer }) => peer.startsWith(name)).map((row) => row.seconds.median)
  return seconds.length > 0 ? Math.min(...seconds) : null
}

function detailTable({ workloads }: Report): string {
  const rows = workloads.flatMap(({ workload, ours }) =>
    ours.map((row) =>
      row.refused === null
        ? [
            workload.id,
            row.setting,
            `${digits(row.seconds.min)}–${digits(row.seconds.max)}`,
            row.gflops.toFixed(0),
            `${(row.shareOfPeak * 100).toFixed(0)} %`,
            row.peakMemoryMb.toFixed(0),
            row.run.firstLoss.toFixed(4),
            `${(row.run.testAccuracy * 100).toFixed(2)} %`,
            row.run.weightsSha256.slice(0, 8),
            row.run.otherCores.toFixed(2),
          ]
        : [workload.id, row.setting, `refused: ${row.refused}`, '', '', '', '', '', '', ''],
    ),
  )
  const columns = ['', '', 'min–max s', 'GFLOP/s', 'of peak', 'peak MB', 'first loss', 'test accuracy', 'weights']
  const note =
    'GFLOP/s and share of the peak count every multiplication, also those with zeros, which are skipped: a share above 100 % is no mistake. Busy elsewhere: cores that other programs used meanwhile.'
  return `${table([...columns, 'busy elsewhere'], rows)}\n\n${note}`
}

function evaluationTable({ evaluation }: Report): string {
  const rows = [
    ...evaluation.ours.map(({ setting, imagesPerSecond }) => [setting, thousands(imagesPerSecond)]),
    ...evaluation.peers.map(({ peer, imagesPerSecond }) => [peer, thousands(imagesPerSecond)]),
  ]
  return table(['', 'images/s'], rows)
}

function peakTable({ peaks }: Report): string {
  const rows = peaks.map(({ setting, peak }) => [setting, peak.gflops.toFixed(0), `${peak.kernels}, ${peak.tiles}`])
  return table(['', 'GFLOP/s', 'kernels'], rows)
}

/** Three digits that count. */
function digits(seconds: number): string {
  return seconds >= 100 ? seconds.toFixed(0) : String(Number(seconds.toPrecision(3)))
}

function thousands(value: number): string {
  return (Math.round(value / 1000) * 1000).toLocaleString('en')
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((cell, i) => Math.max(cell.length, 3, ...rows.map((row) => row[i].length)))
  const line = (cells: readonly string[]) => `| ${cells.map((cell, i) => cell.padEnd(widths[i])).join(' | ')} |`
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n')
}
