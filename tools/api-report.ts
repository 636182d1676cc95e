import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { Extractor, ExtractorConfig, ExtractorLogLevel } from '@microsoft/api-extractor';
import { publicEntries, readPublicPackages, type WorkspacePackage } from './workspace.ts';

/** What one public entry of a package offers, as text to be read in a review. */
export interface ApiReport {
  /** Where the report is committed: `packages/core/core.api.md`. */
  readonly path: string;
  readonly text: string;
}

const compilerOptions = {
  target: 'ES2023',
  lib: ['ES2023', 'DOM'],
  module: 'NodeNext',
  moduleResolution: 'NodeNext',
  strict: true,
  skipLibCheck: true,
  types: ['node'],
};

/** Reads the built declarations of every public entry. */
export function readApiReports(root: string): ApiReport[] {
  return readPublicPackages(root).flatMap((each) =>
    publicEntries(each.manifest).map(({ subpath, types }) => ({
      path: `${each.folder}/${reportName(each, subpath)}.api.md`,
      text: report(root, each, subpath, types),
    })),
  );
}

/** The committed report, or undefined where there is none yet. */
export function readCommitted(root: string, { path }: ApiReport): string | undefined {
  const file = join(root, path);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

export function writeCommitted(root: string, { path, text }: ApiReport): void {
  writeFileSync(join(root, path), text);
}

function reportName({ folder }: WorkspacePackage, subpath: string): string {
  const entry = subpath === '.' ? '' : `.${subpath.slice(2).replaceAll('/', '.')}`;
  return `${basename(folder)}${entry}`;
}

function report(
  root: string,
  { folder, manifest }: WorkspacePackage,
  subpath: string,
  types: string,
): string {
  const projectFolder = join(root, folder);
  const reportFolder = mkdtempSync(join(tmpdir(), 'holdfast-api-'));
  try {
    const config = ExtractorConfig.prepare({
      configObjectFullPath: undefined,
      packageJsonFullPath: join(projectFolder, 'package.json'),
      configObject: {
        projectFolder,
        mainEntryPointFilePath: join(projectFolder, types),
        // Without the condition that leads to the sources of other packages: only built declarations are read.
        compiler: { overrideTsconfig: { compilerOptions } },
        apiReport: {
          enabled: true,
          reportFileName: 'entry.api.md',
          reportFolder,
          reportTempFolder: reportFolder,
        },
        docModel: { enabled: false },
        dtsRollup: { enabled: false },
        newlineKind: 'lf',
        messages: {
          compilerMessageReporting: { default: { logLevel: ExtractorLogLevel.Error } },
          extractorMessageReporting: {
            default: { logLevel: ExtractorLogLevel.None },
            'ae-forgotten-export': { logLevel: ExtractorLogLevel.Warning, addToApiReportFile: true },
          },
          tsdocMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
        },
      },
    });
    const { errorCount } = Extractor.invoke(config, {
      localBuild: true,
      messageCallback: (message) => {
        message.handled = message.logLevel !== ExtractorLogLevel.Error;
      },
    });
    if (errorCount > 0)
      throw new Error(`The declarations of ${manifest.name} (${subpath}) could not be read.`);
    return readFileSync(join(reportFolder, 'entry.api.md'), 'utf8');
  } finally {
    rmSync(reportFolder, { recursive: true });
  }
}
