export interface FormulaProgram {
  name: string;
  version: string;
  description: string;
  license: string;
  homepage?: string;
}

export function homebrewFormula(program: FormulaProgram, sha256: string): string;
