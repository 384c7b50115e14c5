/** Prints a function's IR, one instruction a line, for tests and for reading. */
import { unreachable } from "../bailout.js";
import type { VariableId } from "./ids.js";
import type { Callee, Field, FunctionIr, Instruction, Terminator } from "./ir.js";

export function printFunction(ir: FunctionIr): string {
  const name = (id: VariableId): string => {
    const variable = ir.variables[id];
    if (!variable) return `?${id}`;
    return variable.kind === "temporary" ? `t${id}` : `${variable.name}.${id}`;
  };
  const lines = [`function ${ir.name}(${ir.parameters.map(name).join(", ")})`];
  for (const block of ir.blocks) {
    const handler = block.handler === null ? "" : ` (handler b${block.handler})`;
    lines.push(`b${block.id}:${handler}`);
    for (const instruction of block.instructions) lines.push(`  ${printInstruction(instruction, name)}`);
    lines.push(`  ${printTerminator(block.terminator, name)}`);
  }
  return lines.join("\n");
}

type Name = (id: VariableId) => string;

function printField(field: Field): string {
  switch (field.kind) {
    case "named":
      return `.${field.name}`;
    case "element":
      return "[]";
    case "any":
      return "[*]";
    default:
      return unreachable(field);
  }
}

function printCallee(callee: Callee, name: Name): string {
  switch (callee.kind) {
    case "library":
      return `library ${callee.name}`;
    case "functions":
      return `function ${callee.targets.join("|")}`;
    case "value":
      return name(callee.variable);
    case "class":
      return `class ${callee.name}`;
    case "unknown":
      return `unknown ${callee.name}`;
    default:
      return unreachable(callee);
  }
}

function printInstruction(instruction: Instruction, name: Name): string {
  switch (instruction.kind) {
    case "code":
      return `${name(instruction.target)} = code f${instruction.function}`;
    case "constant":
    case "foreign":
      return `${name(instruction.target)} = ${instruction.kind}`;
    case "copy":
    case "await":
      return `${name(instruction.target)} = ${instruction.kind} ${name(instruction.source)}`;
    case "compute":
    case "opaque":
      return `${name(instruction.target)} = ${instruction.kind} ${instruction.operands.map(name).join(", ")}`;
    case "allocate":
      return `${name(instruction.target)} = allocate #${instruction.site} ${instruction.operands.map(name).join(", ")}`;
    case "object":
      return `${name(instruction.target)} = object #${instruction.site}`;
    case "closure":
      return `${name(instruction.target)} = closure f${instruction.function} [${instruction.captures.map(name).join(", ")}]`;
    case "load":
      return `${name(instruction.target)} = load ${name(instruction.base)}${printField(instruction.field)}`;
    case "store":
      return `store ${name(instruction.base)}${printField(instruction.field)} = ${name(instruction.value)}`;
    case "call": {
      const receiver = instruction.receiver === null ? "" : `this ${name(instruction.receiver)}; `;
      const args = instruction.arguments
        .map((each) => (each.spread ? "..." : "") + name(each.variable))
        .join(", ");
      const verb = instruction.construct ? "new" : "call";
      return `${name(instruction.target)} = ${verb} ${printCallee(instruction.callee, name)}(${receiver}${args})`;
    }
    case "iterate": {
      const position = instruction.position === null ? "" : ` at ${instruction.position}`;
      return `${name(instruction.target)} = iterate ${name(instruction.iterable)}${position}`;
    }
    case "run-iterator":
    case "close-iterator":
      return `${instruction.kind} ${name(instruction.iterable)}`;
    case "yield":
      return `${name(instruction.target)} = yield ${instruction.source === null ? "" : name(instruction.source)}`;
    case "declare":
    case "absent":
      return `${instruction.kind} ${name(instruction.variable)}`;
    case "suspend":
      return instruction.kind;
    case "point":
      return `point p${instruction.point}`;
    default:
      return unreachable(instruction);
  }
}

function printTerminator(terminator: Terminator, name: Name): string {
  switch (terminator.kind) {
    case "jump":
      return `jump b${terminator.target}`;
    case "branch":
      return `branch ${terminator.targets.map((id) => `b${id}`).join(", ")}`;
    case "throw":
      return "throw";
    case "return":
      return terminator.value === null ? terminator.kind : `${terminator.kind} ${name(terminator.value)}`;
    default:
      return unreachable(terminator);
  }
}
