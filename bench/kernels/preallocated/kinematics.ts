/** Where the hand of a robot's arm is, from the angles of its joints: all matrices are made once. */
import { multiply, setIdentity, setRotationX, setRotationZ, setTranslation } from "./matrix.js";

/** A joint after Denavit and Hartenberg. */
export interface Joint {
  offset: number;
  length: number;
  twist: number;
}

const rotation = new Float64Array(16);
const translation = new Float64Array(16);
const turned = new Float64Array(16);
const moved = new Float64Array(16);
const own = new Float64Array(16);
let total = new Float64Array(16);
let next = new Float64Array(16);

/** Leaves the joint's transform in `own`. */
function setJointTransform(joint: Joint, angle: number): void {
  setRotationZ(angle, rotation);
  setTranslation(0, 0, joint.offset, translation);
  multiply(rotation, translation, turned);
  setTranslation(joint.length, 0, 0, translation);
  setRotationX(joint.twist, rotation);
  multiply(translation, rotation, moved);
  multiply(turned, moved, own);
}

/** The positions for as many poses as `angles` has, one after the other. */
export function handPositions(joints: Joint[], angles: Float64Array): Float64Array {
  const poses = angles.length / joints.length;
  const positions = new Float64Array(poses * 3);
  for (let pose = 0; pose < poses; pose++) {
    setIdentity(total);
    for (let i = 0; i < joints.length; i++) {
      setJointTransform(joints[i], angles[pose * joints.length + i]);
      multiply(total, own, next);
      [total, next] = [next, total];
    }
    positions[3 * pose] = total[3];
    positions[3 * pose + 1] = total[7];
    positions[3 * pose + 2] = total[11];
  }
  return positions;
}
