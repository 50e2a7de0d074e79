import Commands

print("arcface")
