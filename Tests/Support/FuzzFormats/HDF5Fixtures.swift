import CDeflate
import Foundation

/// Small HDF5 files of h5py 3.16, compressed by gzip: their headers are mostly zeros.
let hdf5Fixtures: [(name: String, bytes: [UInt8])] = [
  // Imaris: shuffle and gzip, texts in the heap.
  (
    "a.ims",
    """
    H4sIAAAAAAACA+1aTWwbRRidGa8dJ8bUbpyfgoRCpCJaqOpNSFJOtCQuDi2tEych5RB5k+zWFokDilMZuPgYbmn6ewMkhDhGULUcOCIRDkj5adIKcW
    gamvZobtzKrGfW2Zlmu3YbCYl87zL+Zt7OfNp5+2Z3xl/Ge04G616qQyb8fqSgELLjMcdP3WJstad4iXk5y8vviVWPS23NvD7M+5d5A/2xmMl+LMEa
    556XlWJ2gL2CeOxEwiyHedzCy0Ui8nq0nJbUc1bZmzWmBH0eq3JcJ/3GPSxOeyvT76NaVvphKkG/Nv3OekVevz49NTGTy0xlT+sX9ImWqOSv1eo3ee
    ZsD0akrLsWj9ifrGPLXxcPi7wij0NH9ub8OflAoobFn9RW5gPFIPgA+MC2D1h6mqsVeQOZST0xlcnmuANYz+HxZxyX+QAu6+71GvH5lnUMqM4HhgMs
    zgcr84F/wuAD4ANP+sD1oMjrTmvZ7A7vAbvlA9GA2K+sY4CTD3gFHwhxH7h7iK/zqDIfSETAB8AHtn3Aev/+Ovzkd63w3v6c48o+cGyf6AMpHhfCME
    dP9wEfu2fYitkXGvawCoXzfEh8zp3qPVQBmOuA2BThpQyznnhIqeMAHcf8gfn+Bym1YzSdnjGMCR2Rcn6sflw3JrScXh7Xz79APUS53mB1wdJSykOz
    N8Xn0tXxetDIs8BcN8y7KK8bhyu8/u6rrHTiK1JMWln5igvPwpsufPm691vFfIhL/mkXvtz/vJQPccn/Zxe+fN0frdL9cuATkC4AAAAAAAAA4D9Afm
    QsNT66de+v+42hyP6rc5fnO6Nvtd1cuPGDYWj65tbGgzH6AVj4k/xGmZo+9nDjwWZTuKH+2sUrl7rUjvZbGr38Ib28KRQZpcwvGsl8fiSZGOhfX7q9
    YhSIFu5TMwfOvd38Ff1ATX+L/6atfYPJO8trq+cL5NPa3kOfeWMHS60zvxCVtg71Da6uL6+1d6odP97UUpH6a3OXL32YGEjeWbq92hUdp6M8+kb5lT
    JpxUoXTffWwo3RUUO7Mn/14mD/UN/ayvpyR1unqpvMIeV3mvkYTXGzKTReIO3TgVMnXzMaSyO+8x2O5Uc2729tNOxvDOsF8sbHL/uGOi+8WGp9N4jj
    oBAAAAAA/B9hnUvL+/gv8JNDjALIj5pR76R2Xk9mPtc/Yu31mG1lY4w5DwllO3Lp51xl/XS49TNcWT9d5Xjnc3n5f0tu53FxftAK53F7E07ncVHpf2
    8lnaLdO4/DqG7H8+Q5lcUpZNcvctQvAPRr16/lY8Wjst4YErs0rnzuN3tEHGeBx0tHYY6eBuu5L55g8SKW10kvitC7PJjN5Mz4AF0XQ9ynsG3Grftu
    nkcV1e25eK/77GlsMzY7z8TMpBhb7db/jzwSX+UNigPf68D3OfBrHPhlfe8DjQAAAAAAAAAAAAAAAOAGa19c3o/Z3l/wl/YXYvncB5ls1HV/Adv2F4
    hDP1o+WtU+hccxH7WqfBTHfNSq8vE65tNWVT4+x3zaqsrH3CP5F5lF88u4QwAA
    """
  ),
  // The same in the newer format, whose headers have checksums.
  (
    "b.ims",
    """
    H4sIAAAAAAACA+1W20/TUBw+57QbYxtQbkPEmCVGovKyDhiSGBUYMAIGxmACD0hhHSzCCDpwajQLL8YnufNoTLwkPhGYEH0xJiSGGCN3vJAojIsmJs
    b4B+Bp1yrDDRsx0Yd+y9qc8/u+832/9qzdTYu5KEa9X02oVEDElgB9anBsEOZrug9tlVvMlQh4UcJ2ogg1AhAAJa5BEGVmPIyN9YwJYqWOm9UIsyVu
    ZzulEEpHgGQ0v3r4XkqEA5xZfCV7sb210+Nqd5exXWyr3mCCwjrHwR9j8p3jm5QIwX6rXG1sRbvL7dEbHovmJ8EeMTXUUSwlQhIXIbqghXG7ue5PIE
    F/GuwZN15/OiclQhwXgeTu+lPBPTkBkL/SKQoAFxlkPBBN0naN8Obeo24+AgQQZgGACAhJcbcJZ3FTR5ontABiZxDMRgEFTk1oNDoAEeIagHwF8h9u
    DVUiXgsBEiKSRIT6BSGscw38W2TEOC4V5VnMAMaqxd42hXC3vHXLRXnmfAB/xBUox4LHkFGVMDrIHy+EjHpCmE9CRmshTBS9fcR+eWYvL7CUaml8xY
    EG2+OdWdLGNLM21xW2DiRC7hpjFcQQIornzPCi2l1F2eFFNbuKckr9fr+UPU1xGgW/ar/4DDP/nfuYMkBMBvf0W7hbhvA/Iq2J61qBe8bFarfLA1Jx
    lxS/s8U+VfyO5r766J/9a3M5pSqoLPR6zrjchohiuE2MwokZr0GSMxHemZbkTIZ3piU5K8I7GyU5K8M7GyU5R+Hv5/TR6+D/gLe+qcHRuPFhbVVHJS
    UM9Qz0mQxZxvER/6jTybCBjZX1Jj0AvmU0hZkM27S5sh5IiU9OHO4d7M+hszMnGCzfxPIUKqkRM6/qUJ+33lZRVbk4PT/r9CEm3kq7Umtz993GV6Xl
    LvyKq9Zq29LMwlyzD3VElxy9rCg8zFc7JxGNq3Zr9dzizEKmic4eG2cakhKHewb6z1ZU2Zam5+dyDA7s8vEO+Rwz8cRsDo47MeJvbHQyg31DvdWVdu
    vC7OJMttFEsxzTTr7EyZtwxEAK5fChzIua0qJ0p453PHUfFnrrA6sbK8kJunjWhzLOpyntpq5YvpofAy3FBeVlEAj3dNvDQnyVdraFjsW6+J+J2MGn
    DaEvpJ18RQS+MgI/KgJfhCUOyJAhQ4YMGTJkyJAhQ4YMGTJ+g++SRwb6IBkAAA==
    """
  ),
  // BigDataViewer: LZ4 and fletcher32.
  (
    "c.h5",
    """
    H4sIAAAAAAACA+1az1PTQBR+SVOaUioFVBARKioUf5DyG+GCI2BP2kEOvVloA+1MoBmSzogzOhzx5tGjenD8D/wXOPknOB715t0D7mZ3abIYp4Je5H
    2H7rzdt+9tmm++7MvmZW5xOdna2woUug4apMCPQ46ekaAtxou8VXi7z9sPquhXvLEe3t/B48t+qytLS9T7UILI8yXKWh0QZxG5pXt52ha4Lfh0oAb9
    3CwFgEN/fLxcOGHeMP7mIsyuRJvj79c48hf52+CvUNn9aNBP5m3ulHkfP3y0qIB6lE8fCup1ltv5TJCf6UjQT+b7WUOYDuRjzLbjzenA9yTqAOrAcR
    14FQ/6ZaV91d/RAeWId5lYML7MY8Sf6UAhweynyeZ0YC+FOoA6cFwHXieDfiXTspx/qAPZRFAHZB4jwnQg6v1ns4qwZ1kbYR18u0TqaQaxbQrvT3nx
    UuTGqD5GRMmdov1qRPUCJ+CNZyu87tGe254ikTJ+Km09m0xvVC3X3JlPO6aZrriu7cwZxmbVrdTXR0u1LYP4Pdip1W2jUt6YemJb9c3qtmOsW7V1Y2
    vNITONcq3kGCvmZpVaZnnZi5dnjqNbZbE/9K2bYsMy3VLF3JkYF7rGPCKqdtDBulR+2RqIS/wFH2fbkVsnAX3eKOSvlZ83hSbn6/2sXQ4Z1yS7yP3v
    Q+Pm/g7vuf9ciL8c/1t/0FYlP63JvAgEAoFAIBAIBCIUC7y0S9OKViXVXRRaIEaqs1ZSebZBEtpJvdcBnV4JeB4uwEXohkvQC5ehD/phgEy8CtfgOt
    yAIXhX/NEnxe0e1EjgzniMOJ3TYa+rkbp7sIcOXaFDg2RomPe/rX4clleXgRG4CbfgDoyCAVkYhwmYhCmYIVX4XVZjJAZItJj3jgU+z7z4dGwht2m2
    MZptmmSbbyzEP3N3ZiyHrEAgEAjEfwuFPOv951op/l73gH8XkOf97FwLQs+1EGcb8rmWeK9vZ2S+BXl1WohzWPl7ljYQ39PEyVp0KK+5a6u7tinmdZ
    GFtPjWU69uu2PTAD8BDJxdIBgpAAA=
    """
  ),
  // Without chunks.
  (
    "d.h5",
    """
    H4sIAAAAAAACA+3XP0gCYRjH8efOPxxSoBEoEXRDQ0ODQ4NDkIrGDVFSDg4NBgUORi1FW462OTo6OjY2Ojo2Njo2OrbZ97z3pLsSpKKl94cfH+59X+
    7Ou/c9zgentL+cWEuIG8uSqCTlYyYqnZXgtt9fV9VQta1q3/TbjWlfRrWn1P7D46rH5bI7ehLK7ETUaVmi8x/jlAsVt9aC00GGZnDcWWg+Oj88riEx
    b1+Gv53zasRriKhxUVVjqs5vz0x3lbI3VJ8taUvS97Nx1rTfNE3Dm+/eyuFwauqPQ2fY+NP7MG8919QPvYsvtp6dlF7Pej1/Xs/deHDc7VXz5vLi99
    azzldp7fGV54MWehhgBClwd2AjizwqqOMaLbTRQRc99PGIJwwwxDNeMMIrxniDFHlKwsISklhFBuuwsYktbCOLHeSwizxKcHCACqqo4RR1nKOBZlHf
    ax0dHR0dHZGTw6OS+0bvv4dno8H/T+H3ep3FrqMd0dfkO3kHlweEn5ASAAA=
    """
  ),
  // Compact, big-endian.
  (
    "e.h5",
    """
    H4sIAAAAAAACA+2UuU7DQBCGv7WdYAwBJ9zhCvd931AhxZErQEBBSU+DhIRSUsKb5FEQT8MbhF17VkpcUEBBQf7Cv2fm14xXnn/f4mqtEJQDDHwfj5
    BWNAWfufbY1u+FlfCrcMOxeZXURiVflP5Z3e11FBl1MwM7p+Gl7NPBf0QcnV8ZvpPYbum70657zuxj/Mu5inzSq65sfJyymyZc0cl6Ijb5Jh8m/UL9
    cFpOktObbfKOclS65y+ir6djHf3qaVmeLl3sJqCHXgr00a9bFCkxwCBDDDOizTZGmXEmmGSKaSrMMMsc8yywyBLLrLDKGutssMkW2+ywyx77HHDIkT
    7iCaecmcElcZz5qKcP9QCPf/L/by4uq+Ymsf6vuB1P/ARfSZ48MPAFAAA=
    """
  ),
  // Five axes, of any length.
  (
    "f.h5",
    """
    H4sIAAAAAAACA+2Yy1IaQRSG58ZVQAEF5KKAAgoooIACLpIqsVglqSSLLF3mCVJ5BPMmPgqPkrcwX2d6SuiaSCDZpNJ/1V9dPec/3dPn9PRUn2+z27
    t4NB81BMJhwzF2jEU8Scxzy33Pfi9bU7YPsn20vOfmT5t0N5JyfFX38f10KtRPCrx5uo7bhg2N/xGz6et3ov0k+94unVvLui/Kfpz94bymEXDHMr2+
    +wZmwH3gTW8rrdyueC9/N6tgszJTrs9c2PEBWtG3bMt0n56481nBr4HnJdvylRxJ83klr/5KHj68eXsrvmjvOyzbem9uAnHeiSiq+b/fcLz53vJ5vA
    qO0j/JvOxvrRjvYU1/df7vGf//yW+fD9n1/NX5H1f4r1p/OLeevzr/55x67iyfJ5bi52wYJw0NDQ0NDQ0NDQ0NDY1/HKZlB4KhcHQrFt/eSaZ29zLZ
    /XyheHBYrhwd1+o3CBwEEQQJBGkEOQQlBFUEEwQ2gjCCOIIUgiyCIoIKAnHfjMAETBtuPbcEq7Ah76miJhSHKSiu00VYgXV5fw3BmCFqwIYhrvsFWI
    Y1UX84bbbOzjvdi8v+4Op6NFaX10DQRtBDMESg2usIWgi6CAYIVHsb9uAQTnzC14JdOIBjH3sTdmAfjnzsYwJoEcAQAYwRwCQBzBDAAgEsE8ARAlLk
    kKIIKUqQojQpypGiEimqsuTJSzkU9/wg3DLc2qAo9+ThITyW7yDqgKKQvw134T48gEfwRtYMfpXDGgFsEsAOAewTQHV9bKEGKWqToh4pGqp2sccWc6
    jaT+E5vITXPvET1cwzeAGvfOwNJYcqfgAs5kBvyBgAAA==
    """
  ),
  // The same in the newer format, indexed by a B-tree of version 2.
  (
    "g.h5",
    """
    H4sIAAAAAAACA+2XS28SURiGz8xwGYZLubRAobRAy6VAC7RAS2mibUjDwsTEsDYu+AEujHHpyoTElUtXrt3qXn+Daxf+E32OzCTkBBET09V5kyeT4X
    tzmPO9k5xv5pPxXdTJOZZtC08/XYns4r7j/n4znwcfT8ZPTPHKTC4bPTmmMIQIRAQX4+Unb72J+G9686L6/fcj8AfGVAjTbximW7OUq8+9+pVt/U1W
    RBhxIfcgZQs/u7LCdo4VTREwDMv0+Qw/BTGrfzHcxZ+Le9f0/bePt9PJWDjyWWRIs7qIC/epvTjffn7wTmhpaWlpaSkyTMsfCNpOOBLdiieS2zvpzG
    4uv7d/UCwdHlWq1xh8GEIYYhhSGLIYChjKGEYYLAw2hiiGJIYMhj0MJQzyEA5BDFIgR4oClKHmHtbyqIqCnCkysAclqII83IPATCESkIY8FKEC9eNG
    8+S03Tk77/UvLodX6vZqGFoYuhgGGNR6FUMTQwdDH4Nab0EXBjBa0b6mOx/14WpFvQFt6MFwRf2KBpo0MEgDIzQwQQPTNDBPA4s0cIiBiHxEFCKiGB
    GliChLRAUiKrPl0boM5XwSgDDI2WAHmGTEARwtDUgObME27MI+HMK1O0j9KcMKDWzQwDYN7NFAdX+8QjUiahFRl4gGal2+Y8sZqvVjOIVzuFzRvzqc
    wBlcrKjXlAy1tLS0tBa6nT66W3xA/ouebej3vo6/2uvrqoqhzfze/evQ+vVU/djQ79UfOuv/X9WHDf3e/dPirKvfRS0tLS2t+9MvAhMSmAAYAAA=
    """
  ),
  // Chunks in a fixed array.
  (
    "h.h5",
    """
    H4sIAAAAAAACA+v0cHHj5ZLiYubgYICB/1AwGypkABX/HXDxgr+HSxATQwWTELJCGOBiYmBkYGDjYQBSjGWbYeZ5MFANtJWo3QE7AWgBowkDAxMzIy
    MzVI4FSrNCaZziPAyMAgwgN4IABwMr0NXM3NxAUSZGRpDLwTo4hIE6mRhYGJmYWRiZufYzQnW3MwwWUNV3oc/N0cOFgZGPCxZ5t6HOnG5b+czN0cWJ
    gRHucKgSBQgJ5UmASQsoTwRM+kB5fGAyCsoTA5MFUB44+hmaUFROgPK4weTWI0mTGUbBKBgFo2AUDFZQEZeckJKUlpr8/MGjZw9FBUWFp0+ZNG3i5P
    AAFgaeAsZeoHxiQsIDliQ7hWkMSZEKYUxJDCxzGIor4h6LC4gkNTClioaaSkgzcN9guFoRJ5zmwFCqYsbAvIXBuiLu8oUrl65dvWxuYGRmmOrAxKC+
    h0kfKAo0z4AlyZgtBFhV5DBMqYgz3r5hS9IBJgbhDwyPK+I2px3gY2BdwGADALBexWCbCAAA
    """
  ),
].map { ($0, gunzipped([UInt8](Data(base64Encoded: $1, options: .ignoreUnknownCharacters)!))) }

func gunzipped(_ packed: [UInt8]) -> [UInt8] {
  guard let decompressor = libdeflate_alloc_decompressor() else { preconditionFailure("no memory to decompress") }
  defer { libdeflate_free_decompressor(decompressor) }
  var output = [UInt8](repeating: 0, count: 1 << 16)
  var count = 0
  let result = libdeflate_gzip_decompress(decompressor, packed, packed.count, &output, output.count, &count)
  precondition(result == LIBDEFLATE_SUCCESS, "a fixture is damaged")
  return Array(output[0..<count])
}

/// What BigDataViewer writes beside `c.h5`.
let spimData = """
  <?xml version="1.0" encoding="UTF-8"?>
  <SpimData version="0.2"><BasePath type="relative">.</BasePath><SequenceDescription>
  <ImageLoader format="bdv.hdf5"><hdf5 type="relative">c.h5</hdf5></ImageLoader>
  <ViewSetups><ViewSetup><id>0</id><name>a &amp; b</name><size>5 4 3</size>
  <voxelSize><unit>micrometer</unit><size>0.5 1.5 2.0</size></voxelSize></ViewSetup></ViewSetups>
  <Timepoints type="range"><first>0</first><last>0</last></Timepoints></SequenceDescription></SpimData>
  """
