/**
 * The flags of `report`, checked, and the commands that they go to.
 */
import { InvalidArgumentError, Option, type Command } from 'commander'
import { REPORT_FORMATS, type ReportFormat } from '#shared/report/calls'
import { REPORT_LIMITS } from '#shared/report/report'
import { TEMPLATES, type Template } from '#shared/report/templates'
import { checkReport, exportReport, listReports, newReport } from './commands/report'
import type { Environment } from './environment'
import { folder } from './folder-flag'

interface Common {
  workspace: string
  json?: boolean
}

export function addReportCommands(program: Command, environment: Environment, done: (exitCode: number) => void): void {
  const report = program
    .command('report')
    .description('reports: texts whose numbers, figures and tables come from runs')
  const command = (usage: string, description: string) =>
    report
      .command(usage)
      .description(description)
      .allowExcessArguments(false)
      .option('--workspace <dir>', 'folder that holds them', folder, environment.workspace)
  const json = ['--json', 'machine-readable output'] as const
  const common = ({ workspace, json: wanted = false }: Common) => ({ workspace, json: wanted })

  command('list', 'list the reports of the workspace, the latest change first')
    .option(...json)
    .action(async (flags: Common) => done(await listReports(environment, common(flags))))

  command('new', 'begin a report: headings, questions, figures and tables, and no prose')
    .addOption(new Option('--template <name>', 'what it begins with').choices([...TEMPLATES]).makeOptionMandatory())
    .option('--preset <id>', 'the task whose questions it has; without --runs, its newest runs')
    .option('--runs <runs...>', 'ids, beginnings of ids, or labels')
    .option('--title <text>', 'its title', title)
    .option(...json)
    .action(async (flags: Common & { template: Template; preset?: string; runs?: string[]; title?: string }) =>
      done(
        await newReport(environment, {
          ...common(flags),
          template: flags.template,
          preset: flags.preset ?? null,
          runs: flags.runs ?? [],
          title: flags.title ?? null,
        }),
      ),
    )

  command('check', 'what a careful reader would ask; ends with 1 if there is anything')
    .argument('<report>', 'id, the beginning of one, or the title')
    .option(...json)
    .action(async (name: string, flags: Common) => done(await checkReport(environment, name, common(flags))))

  command('export', 'write a report into one file: html and pdf, or a zip with its figures for md and latex')
    .argument('<report>', 'id, the beginning of one, or the title')
    .addOption(new Option('--format <name>', 'which').choices([...REPORT_FORMATS]).makeOptionMandatory())
    .requiredOption('--out <file>', 'where to')
    .action(async (name: string, flags: { workspace: string; format: ReportFormat; out: string }) =>
      done(await exportReport(environment, name, flags)),
    )
}

function title(text: string): string {
  if (text.length <= REPORT_LIMITS.titleSigns) return text
  throw new InvalidArgumentError(`Expected at most ${REPORT_LIMITS.titleSigns} characters.`)
}
