import Commands
import Foundation

exit(await CommandLineTool.runWords())
