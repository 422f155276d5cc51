import { globSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type TS from '../../docs/client/node_modules/typescript/lib/typescript.js';

// Only TypeScript 5 has the API of the compiler, and the example of a client includes it. vitest would transform
// its 9 MB.
const require = createRequire(import.meta.url);
const ts: typeof TS = require('../../docs/client/node_modules/typescript/lib/typescript.js');

export type CellKind = 'string' | 'number' | 'boolean' | 'array' | 'object' | 'null' | 'absent';

/** The columns of a row type with their possible values; `any` represents a type without information. */
export type DeclaredRow = Map<string, Set<CellKind | 'any'>>;

/** A call of `execute`, or of a function that passes a name on to it. Null: its result is not read. */
export interface DeclaredStatement {
  name: string;
  /** `file:line`. */
  place: string;
  row: DeclaredRow | null;
}

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..');
const CALLEES = new Set(['execute', 'unlessCurrent']);

/** Every statement of src, with the columns of its row type. */
export function declaredStatements(): DeclaredStatement[] {
  const db = globSync('src/db/*/**/*.ts', { cwd: ROOT }).map((file) => join(ROOT, file));
  const program = ts.createProgram(db, {
    target: ts.ScriptTarget.ES2024,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    lib: ['lib.es2024.d.ts'],
    types: [],
    strict: true,
    exactOptionalPropertyTypes: true,
    allowImportingTsExtensions: true,
    resolveJsonModule: true,
    skipLibCheck: true,
    noEmit: true,
  });
  const checker = program.getTypeChecker();
  return db.flatMap((file) => {
    const source = program.getSourceFile(file);
    return source === undefined ? [] : callsIn(source).flatMap((call) => statementOf(checker, source, call));
  });
}

function callsIn(source: TS.SourceFile): TS.CallExpression[] {
  const calls: TS.CallExpression[] = [];
  const visit = (node: TS.Node): void => {
    if (ts.isCallExpression(node) && CALLEES.has(calleeOf(node))) calls.push(node);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return calls;
}

function calleeOf({ expression }: TS.CallExpression): string {
  if (ts.isIdentifier(expression)) return expression.text;
  return ts.isPropertyAccessExpression(expression) ? expression.name.text : '';
}

function statementOf(
  checker: TS.TypeChecker,
  source: TS.SourceFile,
  call: TS.CallExpression,
): DeclaredStatement[] {
  const line = source.getLineAndCharacterOfPosition(call.getStart(source)).line + 1;
  const place = `${source.fileName.slice(ROOT.length + 1)}:${line}`;
  const name = call.arguments.find((argument) => !ts.isIdentifier(argument) || argument.text === 'name');
  if (name !== undefined && ts.isIdentifier(name)) return []; // passes on its name
  if (name === undefined || !ts.isStringLiteral(name)) throw new Error(`${place} needs a literal name`);
  const [row] = call.typeArguments ?? [];
  return [
    {
      name: name.text,
      place,
      row: row === undefined ? null : rowOf(checker, checker.getTypeFromTypeNode(row)),
    },
  ];
}

/** A row of a union type has the columns of all members; a column that one of them lacks can be null. */
function rowOf(checker: TS.TypeChecker, type: TS.Type): DeclaredRow {
  const variants = membersOf(type).map((variant) => checker.getPropertiesOfType(variant));
  const row: DeclaredRow = new Map();
  for (const property of variants.flat()) {
    const kinds = row.get(property.name) ?? new Set();
    for (const kind of kindsOf(checker, checker.getTypeOfSymbol(property))) kinds.add(kind);
    if (property.flags & ts.SymbolFlags.Optional) kinds.add('absent');
    row.set(property.name, kinds);
  }
  for (const [name, kinds] of row)
    if (!variants.every((variant) => variant.some((property) => property.name === name))) kinds.add('null');
  return row;
}

const membersOf = (type: TS.Type): TS.Type[] => (type.isUnion() ? type.types : [type]);

const FLAGS: [TS.TypeFlags, CellKind | 'any'][] = [
  [ts.TypeFlags.StringLike, 'string'],
  [ts.TypeFlags.NumberLike, 'number'],
  [ts.TypeFlags.BooleanLike, 'boolean'],
  [ts.TypeFlags.Null, 'null'],
  [ts.TypeFlags.Undefined, 'absent'],
  [ts.TypeFlags.Any | ts.TypeFlags.Unknown, 'any'],
];

function kindsOf(checker: TS.TypeChecker, type: TS.Type): (CellKind | 'any')[] {
  return membersOf(type).map((member) => {
    // A branded text is an intersection.
    const parts = member.isIntersection() ? member.types : [member];
    for (const [flag, kind] of FLAGS) if (parts.some((part) => part.flags & flag)) return kind;
    return checker.isArrayLikeType(member) ? 'array' : 'object';
  });
}
