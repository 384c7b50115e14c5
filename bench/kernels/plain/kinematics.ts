/** Where the hand of a robot's arm is, from the angles of its joints: a chain of products of small matrices. */
import { identity, multiply, rotationX, rotationZ, translation } from "./matrix.js";

/** A joint after Denavit and Hartenberg. */
export interface Joint {
  offset: number;
  length: number;
  twist: number;
}

function jointTransform(joint: Joint, angle: number): Float64Array {
  const turned = multiply(rotationZ(angle), translation(0, 0, joint.offset));
  return multiply(turned, multiply(translation(joint.length, 0, 0), rotationX(joint.twist)));
}

/** The positions for as many poses as `angles` has, one after the other. */
export function handPositions(joints: Joint[], angles: Float64Array): Float64Array {
  const poses = angles.length / joints.length;
  const positions = new Float64Array(poses * 3);
  for (let pose = 0; pose < poses; pose++) {
    let total = identity();
    for (let i = 0; i < joints.length; i++) {
      const own = jointTransform(joints[i], angles[pose * joints.length + i]);
      total = multiply(total, own);
    }
    positions[3 * pose] = total[3];
    positions[3 * pose + 1] = total[7];
    positions[3 * pose + 2] = total[11];
  }
  return positions;
}
