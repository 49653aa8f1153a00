import Foundation

exit(braidProgram.main())
