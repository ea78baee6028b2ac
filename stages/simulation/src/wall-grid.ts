/** Levels from base (0) to apex, angles as in `Plane` but coarser: the grid on which necrosis is drawn. */
export const fieldLevels = 20;
export const fieldAngles = 60;
export const fieldCells = fieldLevels * fieldAngles;
